// A against B: two players on one page whose films name the same group move by one clock. A leads: it has the
// controls, and its motion goes through both films. Alone, either is a player like any other.

const GRACE = 400; // milliseconds that a follower waits for its leader to come back before it shows its own controls

/** Two films of one clock, seen as one: their frames have the same steps, so an index means the same in both. */
export class Together {
  constructor(films) { this.films = films; }

  get filled() { return this.films.filter((film) => film.size); }
  get size() { return Math.max(...this.films.map((film) => film.size)); }
  get first() { return this.size ? Math.min(...this.filled.map((film) => film.first)) : 0; }
  get last() { return Math.max(...this.films.map((film) => film.last)); }
  get running() { return this.films.some((film) => film.running); }

  /** While any is running, the pair goes as far as the slowest of them has come. */
  get newest() {
    const live = this.filled.filter((film) => film.running).map((film) => film.newest);
    return live.length ? Math.min(...live) : this.#longest.newest;
  }

  /** Of those that have frames: one that has none also says that its newest is the first. */
  get #longest() {
    const some = this.filled.length ? this.filled : this.films;
    return some.reduce((a, b) => (b.newest > a.newest ? b : a));
  }

  get about() { return this.#longest.about; }

  frame(index) { return this.#longest.frame(index); }
  nearest(position) { return this.#longest.nearest(position); }
  neighbour(position, by) { return this.#longest.neighbour(position, by); }
}

/** Who is in a group: at most one player for each letter. */
class Pair {
  constructor(name) {
    this.name = name;
    this.members = {};
  }

  get leader() { return this.members.B ? this.members.A : undefined; }
  partner(player) { return Object.values(this.members).find((member) => member !== player); }
}

/** Put a player into the pair that its film names, out of any other; `pairs`: the page's register. */
export function joinPair(player, { group, role }, pairs) {
  if (player.pair && player.pair.name === group && player.pair.members[role] === player) return;
  leavePair(player, pairs);
  if (!group) return;
  const pair = (player.pair = pairs.get(group) ?? new Pair(group));
  const replaced = pair.members[role];
  if (replaced) leavePair(replaced, pairs);
  pairs.set(group, pair);
  pair.members[role] = player;
  pair.partner(player)?.meet(player);
}

export function leavePair(player, pairs) {
  const { pair } = player;
  if (!pair) return;
  const other = pair.partner(player);
  for (const role of ["A", "B"]) if (pair.members[role] === player) delete pair.members[role];
  player.pair = null;
  if (!other) return void pairs.delete(pair.name);
  other.inherit(player);
  setTimeout(() => other.changed(), GRACE);
}
