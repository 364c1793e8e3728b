"""Pages for people who must believe or refuse a model: sentences, tables, pictures; nothing of loans."""
