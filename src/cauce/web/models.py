"""No tables. That this module exists makes Django tell this room, the last one, when a migrate has ended."""
