"""The bot's own web server. What is served for whom stays out: others bring their routes."""
