"""The same folders as activation/, again."""
