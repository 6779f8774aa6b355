// Whether a stream has been silent for long, checked every now and then.
//
// The analysers hold the last 1.37 s, so that a check each second, as the throttled timers of a
// hidden page give it, misses nothing. Time is the audio graph's own: while the browser suspends the
// page's graphs, nothing is known, and nothing counts as silence.

const SAMPLE_RATE = 24_000; // a lower one would miss high sounds, a higher one holds less time
const WINDOW = 32_768; // the longest that there is
const BLOCK = 1_200; // 50 ms: a short word is not averaged away

export class SilenceDetector {
  #context = new AudioContext({ sampleRate: SAMPLE_RATE });
  #analysers: AnalyserNode[];
  #window = new Float32Array(WINDOW);
  #checkedAt = 0;
  #soundAt = 0;

  /** Detects `seconds` in which the RMS of every channel stays below `level`, in dBFS. */
  constructor(
    stream: MediaStream,
    channels: number,
    readonly seconds: number,
    readonly level: number,
  ) {
    // An analyser mixes channels down, in which they may cancel out.
    const splitter = new ChannelSplitterNode(this.#context, { numberOfOutputs: channels });
    this.#context.createMediaStreamSource(stream).connect(splitter);
    this.#analysers = Array.from({ length: channels }, (_, channel) => {
      const analyser = new AnalyserNode(this.#context, { fftSize: WINDOW });
      splitter.connect(analyser, channel);
      return analyser;
    });
  }

  /** Count anew: what was before, in a pause say, is no silence of the recording. */
  restart(): void {
    this.#checkedAt = this.#soundAt = this.#context.currentTime;
  }

  /** Check: has it been silent for long enough by now? */
  isReached(): boolean {
    if (this.#context.state === "suspended") {
      void this.#context.resume(); // a browser may want a person's gesture first
    }
    const now = this.#context.currentTime;
    const fresh = SAMPLE_RATE * (now - this.#checkedAt) + BLOCK;
    const silent = Math.min(...this.#analysers.map((each) => this.#silentSamples(each, fresh)));
    // A late check has missed something, which may have been a sound.
    if (silent < fresh) {
      this.#soundAt = now - silent / SAMPLE_RATE;
    }
    this.#checkedAt = now;
    return now - this.#soundAt >= this.seconds;
  }

  close(): void {
    if (this.#context.state !== "closed") {
      void this.#context.close();
    }
  }

  /** How many of the last samples are silent: at most `fresh`, in whole blocks. */
  #silentSamples(analyser: AnalyserNode, fresh: number): number {
    analyser.getFloatTimeDomainData(this.#window);
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
