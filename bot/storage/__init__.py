"""The log and the chats' memory, on SQLite. What a question means is decided elsewhere."""
