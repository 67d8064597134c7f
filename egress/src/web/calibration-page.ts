/** What the recorder's own page shows and plays. */
export const beats = {
  /**
   * Seconds from one to the next: no multiple of the time of a picture, so that flashes meet the pictures at all phases, and the middle
   * of their offsets does not depend on the phase at which a recording has begun.
   */
  everySeconds: 0.71,
  loudSeconds: 0.1,
  beepHz: 1000,
} as const;

/** Of the canvas, in its own pixels: a counter in a row of squares, and below it the light. */
export const drawing = { width: 64, height: 36, squares: 4, square: 16, counterHeight: 9 } as const;

/** What the page writes to its console once its sound goes on. */
export const readyLine = "calibration";

const { width, height, squares, square, counterHeight } = drawing;
const { everySeconds, loudSeconds, beepHz } = beats;

/**
 * A counter of what is drawn, and flashes with beeps, by the clock of what is heard. One tone goes on and is let through at times.
 * https://developer.mozilla.org/en-US/docs/Web/API/AudioContext/getOutputTimestamp
 */
const page = `<!doctype html>
<meta charset="utf-8"><title>calibration</title>
<style>body { margin: 0; overflow: hidden } canvas { width: 100vw; height: 100vh; display: block }</style>
<canvas id="canvas" width="${width}" height="${height}" style="image-rendering: pixelated"></canvas>
<script>
  const canvas = document.getElementById("canvas").getContext("2d", { alpha: false });
  const audio = new AudioContext();
  const tone = audio.createOscillator();
  const gate = audio.createGain();
  let first = Infinity;
  let drawn = 0;
  let isTold = false;
  tone.frequency.value = ${beepHz};
  gate.gain.value = 0;
  tone.connect(gate).connect(audio.destination);
  tone.start();
  audio.resume().then(() => {
    first = audio.currentTime + 1;
    for (let beat = 0; beat < 300; beat += 1) {
      gate.gain.setValueAtTime(0.7, first + beat * ${everySeconds});
      gate.gain.setValueAtTime(0, first + beat * ${everySeconds} + ${loudSeconds});
    }
  });
  function heard() {
    const { contextTime, performanceTime } = audio.getOutputTimestamp();
    return contextTime + (performance.now() - performanceTime) / 1000;
  }
  function draw() {
    const since = heard() - first;
    canvas.fillStyle = since >= 0 && since % ${everySeconds} < ${loudSeconds} ? "#fff" : "#000";
    canvas.fillRect(0, ${counterHeight}, ${width}, ${height - counterHeight});
    for (let bit = 0; bit < ${squares}; bit += 1) {
      canvas.fillStyle = (drawn >> bit) & 1 ? "#fff" : "#000";
      canvas.fillRect(bit * ${square}, 0, ${square}, ${counterHeight});
    }
    drawn += 1;
    if (!isTold && drawn >= 30 && audio.getOutputTimestamp().contextTime > 0) {
      isTold = true;
      console.log("${readyLine}");
    }
    requestAnimationFrame(draw);
  }
  requestAnimationFrame(draw);
</script>`;

/** The page itself: no server is asked for it. */
export const calibrationUrl = `data:text/html;charset=utf-8,${encodeURIComponent(page)}`;
