"""bipy's themes: one TOML file for each, read by bipy.ui.theme."""
