"""The page at `/docs`: reads `/openapi.json` and lets a person try each endpoint. Nothing is loaded from elsewhere."""

import base64
import hashlib

from fastapi import Response

_STYLE = """
:root { color-scheme: light dark; --line: light-dark(#d6d6d6, #3a3f45); --quiet: light-dark(#5b6168, #9aa2ab);
  --page: light-dark(#f4f5f6, #16191d); --card: light-dark(#fff, #1e2227); --act: light-dark(#2d548b, #7aa7e0); }
* { box-sizing: border-box; }
body { font: 15px/1.5 "Noto Sans", system-ui, sans-serif; margin: 0; background: var(--page); }
main { max-width: 60rem; margin: 0 auto; padding: 2rem 1rem 4rem; }
h1 { font-size: 1.4rem; margin: 0; } h2 { font-size: 1rem; margin: 2rem 0 .5rem; text-transform: capitalize; }
p { color: var(--quiet); margin: .25rem 0 1rem; }
details { background: var(--card); border: 1px solid var(--line); border-radius: 6px; margin: .5rem 0; }
summary { cursor: pointer; padding: .6rem .8rem; display: flex; gap: .8rem; align-items: baseline; }
summary b { width: 3.2rem; color: var(--act); } summary span { color: var(--quiet); }
code, pre, textarea, input { font: 13px/1.45 ui-monospace, monospace; }
form { padding: 0 .8rem .8rem; display: grid; gap: .5rem; }
label { display: grid; grid-template-columns: 10rem 1fr; gap: .8rem; align-items: center; }
input, textarea { padding: .45rem; border: 1px solid var(--line); border-radius: 4px; background: var(--page);
  color: inherit; width: 100%; }
button { justify-self: start; min-height: 2.4rem; padding: 0 1.2rem; border: 0; border-radius: 4px;
  background: var(--act); color: var(--card); font: inherit; cursor: pointer; }
pre { margin: 0; padding: .6rem; max-height: 24rem; overflow: auto; background: var(--page); border-radius: 4px; }
pre:empty { display: none; }
"""

_SCRIPT = """
"use strict";
const make = (name, text, parent) => {
  const node = document.createElement(name);
  if (text) node.textContent = text;
  if (parent) parent.append(node);
  return node;
};
const field = (form, name, required, tag) => {
  const label = make("label", "", form);
  make("code", name + (required ? " *" : ""), label);
  const input = make(tag || "input", "", label);
  input.required = required;
  input.setAttribute("aria-label", name);
  return input;
};
const example = (schema, all) => {
  const properties = {};
  const reference = schema.$ref || (schema.anyOf && schema.anyOf[0].$ref);
  const own = reference ? all[reference.split("/").pop()] : schema;
  for (const name of own.required || []) properties[name] = own.properties[name].type === "number" ? 30 : "";
  return JSON.stringify(properties, null, 1);
};
const pretty = (text) => { try { return JSON.stringify(JSON.parse(text), null, 1); } catch { return text; } };
const endpoint = (parent, path, method, about, schemas) => {
  const details = make("details", "", parent);
  const summary = make("summary", "", details);
  make("b", method.toUpperCase(), summary);
  make("code", path, summary);
  make("span", about.description || about.summary, summary);
  const form = make("form", "", details);
  const inputs = (about.parameters || []).map((p) => [p, field(form, p.name, p.required)]);
  const content = about.requestBody && about.requestBody.content["application/json"];
  const body = content && field(form, "body", false, "textarea");
  if (body) { body.rows = 5; body.value = example(content.schema, schemas); }
  const token = about.security && field(form, "login token", false);
  if (token) token.type = "password";
  make("button", "Try it", form);
  const out = make("pre", "", form);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    let url = path;
    const query = new URLSearchParams();
    for (const [p, input] of inputs) {
      if (p.in === "path") url = url.replace("{" + p.name + "}", encodeURIComponent(input.value));
      else if (input.value) query.set(p.name, input.value);
    }
    if ([...query].length) url += "?" + query;
    const options = { method: method.toUpperCase(), headers: {} };
    if (body) { options.body = body.value; options.headers["Content-Type"] = "application/json"; }
    if (token && token.value) options.headers.Authorization = "Bearer " + token.value.trim();
    try {
      const answer = await fetch(url, options);
      const text = pretty(await answer.text());
      out.textContent = options.method + " " + url + "\\n" + answer.status + " " + answer.statusText + "\\n\\n" +
        (text.length > 50000 ? text.slice(0, 50000) + "\\n... " + text.length + " characters" : text);
    } catch (error) { out.textContent = "no answer: " + error.message; }
  });
};
const live = () => {
  const form = document.getElementById("live");
  const out = form.querySelector("pre");
  let socket = null;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (socket) { socket.close(); socket = null; form.querySelector("button").textContent = "Listen"; return; }
    const tags = form.querySelector("input").value.trim();
    const query = tags ? "?tags=" + encodeURIComponent(tags) : "";
    socket = new WebSocket(location.origin.replace("http", "ws") + "/ws/realtime" + query);
    form.querySelector("button").textContent = "Stop";
    const lines = [];
    const show = (line) => {
      lines.unshift(line.slice(0, 2000));
      lines.length = Math.min(lines.length, 30);
      out.textContent = lines.join("\\n\\n");
    };
    socket.onmessage = (message) => show(message.data);
    socket.onclose = (end) => show("closed: " + end.code + " " + end.reason);
  });
};
fetch("/openapi.json").then((answer) => answer.json()).then((api) => {
  document.title = document.querySelector("h1").textContent = api.info.title + " " + api.info.version;
  const groups = {};
  for (const [path, methods] of Object.entries(api.paths))
    for (const [method, about] of Object.entries(methods)) {
      const name = (about.tags || ["other"])[0];
      groups[name] = groups[name] || make("section", "", document.getElementById("groups"));
      if (!groups[name].firstChild) make("h2", name, groups[name]);
      endpoint(groups[name], path, method, about, api.components.schemas);
    }
});
live();
"""

_PAGE = f"""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>API</title>
<style>{_STYLE}</style>
<main>
<h1>API</h1>
<p>JSON; times are UTC; errors are problem details (RFC 9457).
The description for programs: <a href="/openapi.json">/openapi.json</a></p>
<div id="groups"></div>
<section>
<h2>live</h2>
<details><summary><b>WS</b><code>/ws/realtime</code>
<span>a snapshot, then changes of tags, each alarm transition, heartbeats</span></summary>
<form id="live">
<label><code>tags</code><input aria-label="tags" placeholder="all, or ids separated by commas"></label>
<button>Listen</button><pre></pre></form></details>
</section>
</main>
<script>{_SCRIPT}</script>
</html>
"""


def _hash_of(text: str) -> str:
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"


_POLICY = (
    f"default-src 'none'; connect-src 'self'; style-src {_hash_of(_STYLE)}; script-src {_hash_of(_SCRIPT)}; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


async def docs_page() -> Response:
    """The page; its policy lets it talk to this server and run nothing but its own script."""
    return Response(_PAGE, media_type="text/html", headers={"content-security-policy": _POLICY})


async def root() -> Response:
    """A person who comes without a path wants the page."""
    return Response(status_code=307, headers={"location": "/docs"})
