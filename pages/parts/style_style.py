"""What the Style transfer page changes in Streamlit's look, and why."""

STYLE = """<style>
/* Pictures are what one comes for: less air at the sides of the page leaves them more room. */
[data-testid=stMainBlockContainer] { padding-inline: clamp(1rem, 3vw, 5rem) }

/* A choice of pictures shows pictures, each the size of a thumb. Streamlit shows them as small as letters. */
[class*=st-key-style_content] [data-testid=stButtonGroup] button,
[class*=st-key-style_styles] [data-testid=stButtonGroup] button {
  height: auto; min-height: 0; padding: 3px; border-radius: 8px; line-height: 0;
}
[class*=st-key-style_content] [data-testid=stButtonGroup] img,
[class*=st-key-style_styles] [data-testid=stButtonGroup] img {
  width: 72px !important; height: 54px !important; max-height: none !important; object-fit: cover; border-radius: 5px;
  margin: 0; vertical-align: top;
}
[data-testid=stButtonGroup] button[data-selected]:has(img) { outline: 3px solid var(--st-primary-color) }
.st-key-style_row [data-testid=stPopover] img {
  height: 28px !important; width: 37px !important; max-height: none !important; object-fit: cover; border-radius: 4px;
}

/* Names of settings break between words. */
[data-testid=stSidebar] [data-testid=stWidgetLabel] p { overflow-wrap: normal; word-break: normal; hyphens: auto }

/* What a run says of its progress stays on one line, or the charts below would jump. */
.st-key-style_progress > :first-child p {
  white-space: nowrap; overflow: hidden; text-overflow: ellipsis;
}

/* Links to lessons' presets lead to this very page: they shall not look as if each were where one is. */
[data-testid=stExpander] a[data-testid=stPageLink-NavLink] { background: none; font-weight: inherit }

/* Each number of a Gram matrix is a square. */
.st-key-style_grams img { image-rendering: pixelated }
</style>"""
