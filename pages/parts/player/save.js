// Take the picture away: what is on stage now, in device pixels, as a PNG file; of a pair both, side by side.

const BETWEEN = 0.04; // of a picture's side, between the two of a pair

/** Draw the stages of these players into one picture and let the browser save it. */
export function savePicture(players) {
  const [{ canvas: first }] = players.map((player) => player.view);
  const gap = Math.round(BETWEEN * first.width);
  const sheet = document.createElement("canvas");
  sheet.width = players.length * (first.width + gap) - gap;
  sheet.height = first.height;
  const context = sheet.getContext("2d");
  players.forEach((player, at) => {
    const { colours, ratio, font } = player.stage.painter;
    const left = at * (first.width + gap);
    context.fillStyle = css(colours.background);
    context.fillRect(left - gap, 0, first.width + gap, sheet.height);
    context.drawImage(player.view.canvas, left, 0, first.width, sheet.height);
    const { role } = player.film.about;
    if (role) letter(context, role, colours[role.toLowerCase()], colours.background, { left, ratio, font });
  });
  sheet.toBlob((blob) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = fileName(players);
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }, "image/png");
}

/** “gan-a1b2c3-step-1200.png”. */
function fileName(players) {
  const runs = players.map(({ film }) => film.about.run);
  const step = Math.max(...players.map(({ root }) => Number(root.dataset.step)));
  return `gan ${runs.join(" ")} step ${step}`.replace(/[^\p{L}\p{N}]+/gu, "-") + ".png";
}

/** The badge that tells A from B, which is not part of the canvas. */
function letter(context, role, ground, ink, { left, ratio, font }) {
  const [radius, inset] = [12 * ratio, 22 * ratio];
  context.fillStyle = css(ground);
  context.beginPath();
  context.arc(left + inset, inset, radius, 0, 2 * Math.PI);
  context.fill();
  context.fillStyle = css(ink);
  context.font = `600 ${13 * ratio}px ${font}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(role, left + inset, inset + 0.5 * ratio);
}
