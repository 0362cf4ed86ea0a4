// How fast to follow a run whose frames arrive in bursts, so that the picture moves evenly and never runs dry.

const DELAY = 1.25; // intervals between bursts that the picture stays behind: one to wait out, a quarter in reserve
const PULL = 0.6; // seconds in which a wrong distance is corrected
const BRAKE = 0.15; // seconds that the last frames at hand are stretched over when the next burst is late
const MEMORY = 0.7; // of earlier bursts in the measured rate
const PAUSE = 2; // seconds; a longer silence says nothing about the rate

export class Pace {
  constructor() {
    this.newest = null; // index of the newest frame when the last burst came
    this.at = 0; // when that was, in seconds
    this.frames = 0; // faded sums over the bursts
    this.seconds = 0;
    this.interval = 0.4; // seconds between bursts
  }

  get rate() { return this.seconds > 0 ? this.frames / this.seconds : 0; }

  arrived(newest, now) {
    if (this.newest !== null) {
      const elapsed = Math.min(now - this.at, PAUSE);
      this.frames = MEMORY * this.frames + (newest - this.newest);
      this.seconds = MEMORY * this.seconds + elapsed;
      this.interval = MEMORY * this.interval + (1 - MEMORY) * elapsed;
    }
    this.newest = newest;
    this.at = now;
  }

  /** Where the picture should be at `now`: where the run is by now, less the delay. */
  target(now) {
    const since = Math.min(now - this.at, DELAY * this.interval);
    return this.newest + this.rate * (since - DELAY * this.interval);
  }

  /** The next position, `seconds` after the last; `ended`: no more frames will come, so play out what is there. */
  advance(position, newest, now, seconds, ended) {
    const wanted = ended ? Math.max(this.rate, 10) : this.rate + (this.target(now) - position) / PULL;
    const speed = Math.max(0, Math.min(wanted, (newest - position) / BRAKE));
    const next = position + speed * seconds;
    return newest - next < 0.02 ? newest : next;
  }
}
