"""How tags are listed and explained."""
