"""How days are written, where Django's own way would be read two ways by those who meet here."""
