import { html, svg } from "../vendor/lit-html/lit-html.js";

/** @param {unknown} shape drawn in lines, 24 by 24 */
const icon = (shape) => html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">${shape}</svg>`;

const off = svg`<path d="M4 4l16 16" />`;
const microphone = svg`<rect x="9" y="3" width="6" height="11" rx="3" /><path d="M5 11a7 7 0 0 0 14 0M12 18v3" />`;
const camera = svg`<rect x="3" y="6" width="12" height="12" rx="2" /><path d="M15 11l6-4v10l-6-4" />`;

export const icons = {
  microphone: icon(microphone),
  microphoneOff: icon([microphone, off]),
  camera: icon(camera),
  cameraOff: icon([camera, off]),
  screen: icon(
    svg`<rect x="3" y="4" width="18" height="12" rx="2" /><path d="M8 20h8M12 13V8m-2.5 2L12 7.500l2.500 2.500" />`,
  ),
  chat: icon(svg`<path d="M4 5h16v11H10l-4 4v-4H4z" />`),
  settings: icon(
    svg`<path d="M4 7h9m4 0h3M4 17h3m4 0h9" /><circle cx="15" cy="7" r="2" /><circle cx="9" cy="17" r="2" />`,
  ),
  leave: icon(svg`<path d="M14 4H5v16h9M10 12h11m-4-4l4 4-4 4" />`),
  close: icon(svg`<path d="M6 6l12 12M18 6L6 18" />`),
  speaking: icon(svg`<path d="M6 10v4M10 7v10M14 5v14M18 9v6" />`),
};
