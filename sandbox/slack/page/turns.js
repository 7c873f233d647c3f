// Fetch-and-draw, one at a time: what is asked for meanwhile is drawn once more afterwards, so nothing old lands last.

/** `draw` such that calls never overlap; a call during a run is answered by one more run after it. */
export function inTurn(draw) {
  let running = null;
  let again = false;
  async function untilCurrent() {
    do {
      again = false;
      await draw();
    } while (again);
  }
  return () => {
    if (running) again = true;
    else
      running = untilCurrent().finally(() => {
        running = null;
      });
    return running;
  };
}
