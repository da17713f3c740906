"""From a key to what it does: the key table, the commands it names, and their actions."""
