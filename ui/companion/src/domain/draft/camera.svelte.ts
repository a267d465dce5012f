/**
 * The camera, as long as its screen is open: what it sees goes from memory to the core, and into no file on the way. A
 * phone's own camera app is deliberately not asked for: it leaves what it takes in the gallery or in the app's
 * external files, in clear.
 *
 * Whatever the system answers late is let go of: nothing films once the screen is gone.
 */

/** Refused by the person or the system, not there at all, used by another app, or taken away while it was open. */
export type CameraFault = "refused" | "absent" | "in-use" | "ended";
export type CameraState = "starting" | "live" | CameraFault;

/** What is wanted of it: the one at the back, as sharp as it gives. */
const WANTED: MediaStreamConstraints = {
  audio: false,
  video: { facingMode: { ideal: "environment" }, width: { ideal: 4096 }, height: { ideal: 3072 } },
};
/** As good as what the core makes of it, so that nothing is lost twice. */
const QUALITY = 0.92;

/** Where a camera is asked for. Not every web view has one to give. */
export const devices = (): MediaDevices | undefined =>
  (navigator as { mediaDevices?: MediaDevices }).mediaDevices;

export class Camera {
  state = $state<CameraState>("starting");
  #stream: MediaStream | null = null;
  #turn = 0;

  /** Asks for it, and shows what it sees in `video`. Asking again after a fault begins anew. */
  async start(video: HTMLVideoElement): Promise<void> {
    this.stop();
    const turn = ++this.#turn;
    this.state = "starting";
    try {
      const asked =
        devices()?.getUserMedia(WANTED) ?? Promise.reject(new DOMException("none", "NotFoundError"));
      const stream = await asked;
      if (turn !== this.#turn) {
        letGo(stream);
        return;
      }
      this.#stream = stream;
      const gone = () => {
        if (turn === this.#turn) this.#fail("ended");
      };
      // One that is muted gives black pictures.
      for (const track of stream.getTracks()) [track.onended, track.onmute] = [gone, gone];
      video.srcObject = stream;
      await video.play();
      if (turn === this.#turn) this.state = "live";
    } catch (reason) {
      if (turn === this.#turn) this.#fail(faultOf(reason));
    }
  }

  /**
   * What it sees at this moment, as base64 of a JPEG. At once and as a text: a blob may be written to a file of the
   * browser's, and nothing can come between the press and the photo.
   */
  take(video: HTMLVideoElement): string {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [video.videoWidth, video.videoHeight];
    const context = canvas.getContext("2d");
    if (context === null || canvas.width === 0 || canvas.height === 0) throw new Error("nothing is seen");
    context.drawImage(video, 0, 0);
    const url = canvas.toDataURL("image/jpeg", QUALITY);
    // The canvas keeps what it drew until it is collected.
    canvas.width = 0;
    const head = "data:image/jpeg;base64,";
    if (!url.startsWith(head)) throw new Error("no photo can be made of it");
    return url.slice(head.length);
  }

  /** The person took the permission away. */
  withdrawn(): void {
    this.#fail("refused");
  }

  /** Nothing films any more, whatever is still to be answered. */
  stop(): void {
    this.#turn += 1;
    if (this.#stream) letGo(this.#stream);
    this.#stream = null;
  }

  #fail(fault: CameraFault): void {
    this.stop();
    this.state = fault;
  }
}

function letGo(stream: MediaStream): void {
  for (const track of stream.getTracks()) {
    [track.onended, track.onmute] = [null, null];
    track.stop();
  }
}

/** By the names of the specification (Media Capture and Streams, 10.2). */
function faultOf(reason: unknown): CameraFault {
  const name = reason instanceof DOMException ? reason.name : "";
  if (name === "NotAllowedError" || name === "SecurityError") return "refused";
  if (name === "NotFoundError" || name === "OverconstrainedError") return "absent";
  return "in-use";
}
