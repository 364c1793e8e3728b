"""The web form for people, mounted at `/gradio`; it is in the same process as the scorer."""
