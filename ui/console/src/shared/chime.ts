/**
 * Two short tones, made by the browser: there is no file to fetch. A browser makes no sound before somebody clicked on the
 * page or pressed a key, so it is asked for at each touch until it may.
 */
const TONES_HZ = [880, 660];
const TONE_SECONDS = 0.16;
const LOUDNESS = 0.2;
/** Of several tabs one sounds. */
const ONCE_MS = 2_000;

export type Chime = {
  /** Somebody touched the page: from now on it may sound. */
  ready: () => void;
  /** Sounds, if the browser allows it and no other tab does. */
  play: () => void;
};

export function browserChime(): Chime {
  let audio: AudioContext | undefined;
  return {
    ready: () => {
      if (typeof AudioContext === "undefined") return;
      audio ??= new AudioContext();
      if (audio.state === "suspended") void audio.resume().catch(() => undefined);
    },
    play: () => {
      const playing = audio;
      if (playing?.state !== "running") return;
      if (!("locks" in navigator)) {
        sound(playing);
        return;
      }
      void navigator.locks.request("baken-chime", { ifAvailable: true }, async (lock) => {
        if (lock === null) return;
        sound(playing);
        await new Promise((resolve) => setTimeout(resolve, ONCE_MS));
      });
    },
  };
}

function sound(audio: AudioContext): void {
  TONES_HZ.forEach((hertz, index) => {
    const [tone, volume] = [audio.createOscillator(), audio.createGain()];
    const from = audio.currentTime + index * TONE_SECONDS;
    tone.frequency.value = hertz;
    volume.gain.setValueAtTime(LOUDNESS, from);
    volume.gain.exponentialRampToValueAtTime(0.001, from + TONE_SECONDS);
    tone.connect(volume).connect(audio.destination);
    tone.start(from);
    tone.stop(from + TONE_SECONDS);
  });
}
