"""What the Toy lab changes in Streamlit's look, and why."""

STYLE = """<style>
/* The player is what one comes for: less air at the sides of the page leaves it more room. */
[data-testid=stMainBlockContainer] { padding-inline: clamp(1rem, 3vw, 5rem) }

/* On a phone the two lists of the row share a line. */
@media (max-width: 640px) {
  .st-key-toy_row > :has([data-testid=stSelectbox]) { flex: 1 1 40% !important; width: 40% !important }
}

/* What a run says of its progress stays on one line, or the charts below would jump. */
[class*=st-key-progress_] p { white-space: nowrap; overflow: hidden; text-overflow: ellipsis }

/* Links to lessons lead to this very page: they shall not look as if each were where one is. */
.st-key-toy_lessons a[data-testid=stPageLink-NavLink], .st-key-toy_lesson a { background: none; font-weight: inherit }
</style>"""
