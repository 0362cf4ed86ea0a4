// What the page looks like: read from Streamlit's variables and our own (colours.py).

/**
 * The theme's colours as [red, green, blue], and its font; `key` changes when any of them does. Says on the root which
 * theme it is, whereupon our own colours apply.
 */
export function themeOf(root) {
  const style = getComputedStyle(root);
  const probe = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgb = (name) => {
    probe.fillStyle = style.getPropertyValue(name).trim();
    probe.fillRect(0, 0, 1, 1);
    return [...probe.getImageData(0, 0, 1, 1).data.slice(0, 3)];
  };
  const background = rgb("--st-background-color");
  const [r, g, b] = background;
  const theme = (root.dataset.theme = 0.299 * r + 0.587 * g + 0.114 * b < 128 ? "dark" : "light");
  const colours = { background, ink: rgb("--st-text-color"), accent: rgb("--st-primary-color") };
  for (const name of ["real", "fake", "a", "b", "neutral"]) colours[name] = rgb(`--${name}`);
  return { colours, theme, font: style.fontFamily, key: JSON.stringify([colours, style.fontFamily]) };
}
