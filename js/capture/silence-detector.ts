// Whether a stream has been silent for long, looked at every now and then.
//
// The analysers keep the last 1.37 s, so that a look each second, as throttled timers of a hidden
// page give it, misses nothing. Their clock is the graph's own: while the browser keeps the page's
// graphs asleep, nothing is known, and nothing counts as silence.

const SAMPLE_RATE = 24_000; // a lower one would be deaf, a higher one forgetful
const WINDOW = 32_768; // the longest that there is
const BLOCK = 1_200; // 50 ms: a short word is not averaged away

export class Silence {
  #context = new AudioContext({ sampleRate: SAMPLE_RATE });
  #ears: AnalyserNode[];
  #window = new Float32Array(WINDOW);
  #lookedAt = 0;
  #heardAt = 0;

  /** So many seconds in which no channel has an RMS of `level`, in dBFS. */
  constructor(
    stream: MediaStream,
    channels: number,
    readonly seconds: number,
    readonly level: number,
  ) {
    // An analyser makes one channel of several, in which they may cancel out.
    const splitter = new ChannelSplitterNode(this.#context, { numberOfOutputs: channels });
    this.#context.createMediaStreamSource(stream).connect(splitter);
    this.#ears = Array.from({ length: channels }, (_, channel) => {
      const ear = new AnalyserNode(this.#context, { fftSize: WINDOW });
      splitter.connect(ear, channel);
      return ear;
    });
  }

  /** Count anew: what was before, in a pause say, is no silence of the recording. */
  restart(): void {
    this.#lookedAt = this.#heardAt = this.#context.currentTime;
  }

  /** Look: has it been silent for long enough by now? */
  isReached(): boolean {
    if (this.#context.state === "suspended") {
      void this.#context.resume(); // a browser may want a person's gesture first
    }
    const now = this.#context.currentTime;
    const fresh = SAMPLE_RATE * (now - this.#lookedAt) + BLOCK;
    const silent = Math.min(...this.#ears.map((ear) => this.#silentSamples(ear, fresh)));
    // A look that comes late has missed something, which may have been a sound.
    if (silent < fresh) {
      this.#heardAt = now - silent / SAMPLE_RATE;
    }
    this.#lookedAt = now;
    return now - this.#heardAt >= this.seconds;
  }

  close(): void {
    if (this.#context.state !== "closed") {
      void this.#context.close();
    }
  }

  /** How many of the last samples are silent: at most `fresh`, in whole blocks. */
  #silentSamples(ear: AnalyserNode, fresh: number): number {
    ear.getFloatTimeDomainData(this.#window);
    let silent = 0;
    for (let end = WINDOW; silent < fresh && end >= BLOCK; end -= BLOCK, silent += BLOCK) {
      if (decibels(this.#window.subarray(end - BLOCK, end)) >= this.level) {
        break;
      }
    }
    return silent;
  }
}

const decibels = (samples: Float32Array) =>
  10 * Math.log10(samples.reduce((sum, value) => sum + value * value, 0) / samples.length);
