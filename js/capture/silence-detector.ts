// Detects a long silence in a stream, by repeated checks.
//
// The analysers hold the last 1.37 s, so that one check a second misses nothing: hidden pages have
// throttled timers. Time is that of the audio graph. While the browser suspends the graph, the
// level is unknown, and does not count as silence.

const SAMPLE_RATE = 24_000; // a lower rate misses high sounds, a higher one shortens the window
const WINDOW = 32_768; // the maximum of an AnalyserNode
const BLOCK = 1_200; // 50 ms, so that the average does not hide a short word

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
    // One analyser for each channel: in a mix, channels may cancel each other out.
    const splitter = new ChannelSplitterNode(this.#context, { numberOfOutputs: channels });
    this.#context.createMediaStreamSource(stream).connect(splitter);
    this.#analysers = Array.from({ length: channels }, (_, channel) => {
      const analyser = new AnalyserNode(this.#context, { fftSize: WINDOW });
      splitter.connect(analyser, channel);
      return analyser;
    });
  }

  /** Restart the count: silence before, for instance in a pause, is not part of the recording. */
  restart(): void {
    this.#checkedAt = this.#soundAt = this.#context.currentTime;
  }

  /** Check whether the silence is long enough now. */
  isReached(): boolean {
    if (this.#context.state === "suspended") {
      void this.#context.resume(); // the browser may require a user gesture first
    }
    const now = this.#context.currentTime;
    const unchecked = SAMPLE_RATE * (now - this.#checkedAt) + BLOCK;
    const silent = Math.min(...this.#analysers.map((each) => this.#silentSamples(each, unchecked)));
    // Samples that a late check has missed do not count as silent.
    if (silent < unchecked) {
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

  /** The number of silent samples at the end, in whole blocks, of the last `unchecked` ones. */
  #silentSamples(analyser: AnalyserNode, unchecked: number): number {
    analyser.getFloatTimeDomainData(this.#window);
    let silent = 0;
    for (let end = WINDOW; silent < unchecked && end >= BLOCK; end -= BLOCK, silent += BLOCK) {
      if (decibels(this.#window.subarray(end - BLOCK, end)) >= this.level) {
        break;
      }
    }
    return silent;
  }
}

const decibels = (samples: Float32Array) =>
  10 * Math.log10(samples.reduce((sum, value) => sum + value * value, 0) / samples.length);
