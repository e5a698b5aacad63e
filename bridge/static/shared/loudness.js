/** @param {Float32Array} samples @returns {number} decibels below full scale, -90 for silence */
export function decibels(samples) {
  const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
  return 10 * Math.log10(power || 1e-9);
}
