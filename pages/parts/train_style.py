"""What the Train page changes in Streamlit's look, and why."""

STYLE = """<style>
/* The samples are what one comes for: less air at the sides of the page leaves them more room. */
[data-testid=stMainBlockContainer] { padding-inline: clamp(1rem, 3vw, 5rem) }

/* Names of settings break between words. */
[data-testid=stSidebar] [data-testid=stWidgetLabel] p { overflow-wrap: normal; word-break: normal; hyphens: auto }

/* On a phone the two lists of the row share a line. */
@media (max-width: 640px) {
  .st-key-train_row > :has([data-testid=stSelectbox]) { flex: 1 1 40% !important; width: 40% !important }
}

/* What a run says of its progress stays on one line, or the charts below would jump. */
.st-key-train_progress p { white-space: nowrap; overflow: hidden; text-overflow: ellipsis }

/* The networks are drawn twice, for a screen and for a phone. */
.st-key-train_networks_narrow { display: none }
@media (max-width: 900px) {
  .st-key-train_networks_narrow { display: flex }
  .st-key-train_networks_wide { display: none }
}

/* Links to lessons' presets lead to this very page: they shall not look as if each were where one is. */
[data-testid=stExpander] a[data-testid=stPageLink-NavLink] { background: none; font-weight: inherit }

/* Real pictures, enlarged, are pixels. */
.st-key-train_preview img { image-rendering: pixelated }
</style>"""
