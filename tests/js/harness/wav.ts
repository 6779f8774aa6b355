/** Return a WAV file with two seconds of a sine, 16 bits: the input of a test's microphone. */
export function wav(frequency: number, sampleRate = 44_100, channels = 2): Uint8Array {
  const frames = 2 * sampleRate;
  const frame = 2 * channels;
  const file = Buffer.alloc(44 + frames * frame);
  file.write("RIFF", 0);
  file.writeUInt32LE(file.length - 8, 4);
  file.write("WAVEfmt ", 8);
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20); // PCM
  file.writeUInt16LE(channels, 22);
  file.writeUInt32LE(sampleRate, 24);
  file.writeUInt32LE(sampleRate * frame, 28);
  file.writeUInt16LE(frame, 32);
  file.writeUInt16LE(16, 34);
  file.write("data", 36);
  file.writeUInt32LE(frames * frame, 40);
  for (let n = 0; n < frames * channels; n++) {
    const time = Math.floor(n / channels) / sampleRate;
    file.writeInt16LE(Math.round(8_000 * Math.sin(2 * Math.PI * frequency * time)), 44 + 2 * n);
  }
  return file;
}
