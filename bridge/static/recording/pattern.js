const TONE = 440;
const BARS = 8;
const PACE = 4;

/** A picture that moves all over and a tone, in the place of a call: to try how well this machine records. */
export function pattern() {
  const canvas = document.createElement("canvas");
  const pen = canvas.getContext("2d");
  canvas.width = innerWidth;
  canvas.height = innerHeight;
  document.body.append(canvas);
  let at = 0;
  const draw = () => {
    if (!pen) return;
    at += PACE;
    const width = canvas.width / BARS;
    for (let bar = 0; bar <= BARS; bar++) {
      pen.fillStyle = `hsl(${(360 * bar) / BARS + at} 70% 50%)`;
      pen.fillRect(bar * width - (at % width), 0, width + 1, canvas.height);
    }
    requestAnimationFrame(draw);
  };
  draw();
  const ears = new AudioContext();
  const tone = ears.createOscillator();
  tone.frequency.value = TONE;
  tone.connect(ears.destination);
  tone.start();
}
