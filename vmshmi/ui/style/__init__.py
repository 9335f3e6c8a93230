"""How everything looks: palettes, font, sizes, icons."""
