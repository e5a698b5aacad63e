import { provideUuid } from "../shared/uuid.js";
import { LivekitError } from "../vendor/livekit-client.js";
import { Call } from "./call.js";
import { layoutNamed, options } from "./options.js";
import { Recording } from "./recording.js";
import { Screen } from "./screen.js";

provideUuid();
addEventListener("unhandledrejection", (event) => event.reason instanceof LivekitError && event.preventDefault());

const LIGHT = "-light";
const asked = new URLSearchParams(location.search);
const usual = options("");
const call = new Call({ changed, directed, buffer: usual.buffer });
const screen = new Screen(call, { ...usual, name: true }, changed);
const recording = new Recording((word) => console.log(word));

lay(asked.get("layout") ?? "");
screen.start();
call.comeIn({ url: asked.get("url") ?? "", token: asked.get("token") ?? "" }).then(
  async ({ ended }) => {
    await ended;
    recording.end();
  },
  () => {
    const said = document.createElement("div"); // the worker reads it, and fails with it
    said.className = "error";
    said.textContent = "The call does not let the recorder in.";
    document.body.append(said);
  },
);

function changed() {
  screen.look();
  recording.look({ picture: screen.hasPicture(), tracks: call.tracks }, performance.now());
}

/** @param {string} metadata that the worker gives its participant when the layout is changed */
function directed(metadata) {
  try {
    const { layout } = JSON.parse(metadata);
    if (typeof layout === "string") lay(layout);
  } catch {
    // it says nothing of layouts
  }
}

/** @param {string} name one of ours, or of LiveKit's own template */
function lay(name) {
  const isLight = name.endsWith(LIGHT);
  const plain = isLight ? name.slice(0, -LIGHT.length) : name;
  screen.shows = plain === "single-speaker" ? "speaker" : layoutNamed(plain);
  document.documentElement.dataset.paper = isLight ? "light" : "dark";
}
