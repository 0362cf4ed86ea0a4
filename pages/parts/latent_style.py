"""What the Latent space page changes in Streamlit's look, and why."""

STYLE = """<style>
/* Pictures are what one comes for: less air at the sides of the page leaves them more room. */
[data-testid=stMainBlockContainer] { padding-inline: clamp(1rem, 3vw, 5rem) }

/* On a phone a filmstrip is longer than the screen and is pushed along, rather than too small to see. */
.st-key-latent_strip { overflow-x: auto }
.st-key-latent_strip img { min-width: 800px; max-width: none !important }
</style>"""
