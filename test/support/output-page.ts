/**
 * A page as anybody would write it: Shaka Player for a manifest, an element for a file, and a seek bar's picture from a
 * sprite. What it saw stands in `window.result`. No file of it comes from the network.
 */
export const outputPage = `<!doctype html>
<meta charset="utf-8">
<title>Framewright outputs</title>
<style>
  body { margin: 0; background: #111; color: #ddd; font: 14px sans-serif }
  video { width: 640px; height: 360px } canvas { margin: 4px; border: 1px solid #555 }
</style>
<video id="video" crossorigin="anonymous"></video>
<div id="stills"></div>
<script src="/shaka-player.js"></script>
<script>
  const query = new URLSearchParams(location.search);
  const video = document.getElementById("video");
  const seen = { errors: [], loudest: 0, heights: [], played: [], sounds: [], texts: [], cues: [] };
  const audio = new AudioContext();
  const analyser = audio.createAnalyser();
  audio.createMediaElementSource(video).connect(analyser).connect(audio.destination);
  const samples = new Float32Array(analyser.fftSize);
  setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    seen.loudest = Math.max(seen.loudest, ...samples.map(Math.abs));
  }, 50);
  function finish(ended) {
    const quality = video.getVideoPlaybackQuality();
    window.result = {
      ...seen,
      ended,
      time: video.currentTime,
      duration: video.duration || 0,
      frames: quality.totalVideoFrames - quality.droppedVideoFrames,
      corrupted: quality.corruptedVideoFrames,
    };
  }
  function fail(error) {
    seen.errors.push(String(error.message ?? error));
    finish(false);
  }
  const event = (target, name) =>
    new Promise((resolve, reject) => {
      target.addEventListener(name, resolve, { once: true });
      target.addEventListener("error", () => reject(new Error(name + " did not come")), { once: true });
    });
  async function playDash(source) {
    const player = new shaka.Player();
    player.addEventListener("error", ({ detail }) => fail("shaka " + detail.code));
    player.configure({ abr: { enabled: false }, streaming: { bufferingGoal: 2 } });
    await player.attach(video);
    await player.load(source);
    const byHeight = () => player.getVideoTracks().toSorted((a, b) => a.height - b.height);
    seen.heights = byHeight().map(({ height }) => height);
    seen.sounds = player.getAudioTracks().map(({ language, label, channelsCount, roles }) =>
      [language, label, channelsCount, ...roles].join(" "));
    seen.texts = player.getTextTracks().map(({ language, label, roles }) =>
      [language, label, ...roles].join(" "));
    const note = () => seen.played.push(player.getVideoTracks().find(({ active }) => active)?.height ?? 0);
    player.selectVideoTrack(byHeight()[0], true);
    await video.play();
    note();
    video.addEventListener("timeupdate", function goUp() {
      if (video.currentTime < 1) return;
      video.removeEventListener("timeupdate", goUp);
      player.selectVideoTrack(byHeight().at(-1), true);
    });
    const text = player.getTextTracks()[0];
    if (text) {
      player.selectTextTrack(text);
      await player.setTextVisibility?.(true);
      const look = () => {
        const cues = [...video.textTracks].flatMap(({ activeCues }) => [...(activeCues ?? [])]);
        for (const cue of cues) if (!seen.cues.includes(cue.text)) seen.cues.push(cue.text);
      };
      setInterval(look, 50);
    }
    await event(video, "ended");
    note();
  }
  async function playFile(source) {
    video.src = source;
    await video.play();
    await event(video, "ended");
  }
  const side = { width: 16, height: 9 };
  function pixels(draw) {
    const canvas = new OffscreenCanvas(side.width, side.height).getContext("2d");
    draw(canvas);
    return [...canvas.getImageData(0, 0, side.width, side.height).data];
  }
  async function seekTo(time) {
    video.currentTime = time;
    await event(video, "seeked");
  }
  // Each cue's part of its sheet, beside the picture of the film at that time.
  async function showSprite(track, film) {
    video.src = film;
    await event(video, "loadeddata");
    const element = document.createElement("track");
    Object.assign(element, { kind: "metadata", src: track, default: true });
    video.append(element);
    element.track.mode = "hidden";
    await event(element, "load");
    for (const cue of element.track.cues) {
      const [sheet, place] = cue.text.split("#xywh=");
      const [x, y, width, height] = place.split(",").map(Number);
      const picture = new Image();
      picture.src = new URL(sheet, track).href;
      await picture.decode();
      const fits = x + width <= picture.naturalWidth && y + height <= picture.naturalHeight;
      const canvas = document.createElement("canvas");
      Object.assign(canvas, { width, height });
      canvas.getContext("2d").drawImage(picture, x, y, width, height, 0, 0, width, height);
      document.getElementById("stills").append(canvas);
      await seekTo(cue.startTime + 0.001);
      const still = pixels((to) => to.drawImage(canvas, 0, 0, side.width, side.height));
      const frame = pixels((to) => to.drawImage(video, 0, 0, side.width, side.height));
      const off = still.reduce((sum, value, at) => sum + Math.abs(value - frame[at]), 0) / still.length;
      seen.cues.push([cue.startTime, cue.endTime, fits, off < 12 ? "same" : "differs by " + off.toFixed(1)].join(" "));
    }
  }
  const kinds = { dash: playDash, file: playFile, sprite: showSprite };
  kinds[query.get("kind")](query.get("source"), query.get("film")).then(() => finish(true), fail);
</script>`;
