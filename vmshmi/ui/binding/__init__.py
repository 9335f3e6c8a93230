"""Where screens meet the runtime: watches, tasks, ship's time, who stands here."""
