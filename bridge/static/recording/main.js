import { Call } from "../scene/call.js";
import { layoutNamed, options } from "../scene/options.js";
import { Screen } from "../scene/screen.js";
import { provideUuid } from "../shared/uuid.js";
import { Way } from "../shared/way.js";
import { LivekitError } from "../vendor/livekit-client.js";
import { Bridge } from "./bridge.js";
import { Camera } from "./camera.js";
import { pattern } from "./pattern.js";
import { Start } from "./start.js";

provideUuid();
addEventListener("unhandledrejection", (event) => event.reason instanceof LivekitError && event.preventDefault());

const key = location.hash.slice(1);
const isTrial = new URLSearchParams(location.search).has("trial");
history.replaceState(null, "", location.pathname);

const bridge = new Bridge({ stop, away: () => close() });
const usual = options("");
const call = new Call({ changed, buffer: usual.buffer });
const screen = new Screen(call, { ...usual, name: true }, changed);
const way = new Way({ bridge, call, isIdle: () => false, changed });
const camera = new Camera(
  (piece) => bridge.outbox.put(piece),
  (why) => bridge.fail(why),
);
const start = new Start();

await run();

/** The camera comes first: what is heard before would be heard at the machine's speakers. */
async function run() {
  const layout = await bridge.launch(key);
  if (layout === undefined) return;
  screen.shows = layoutNamed(layout);
  try {
    await camera.open();
  } catch (problem) {
    bridge.fail(String(problem));
    return;
  }
  if (isTrial) {
    pattern();
    camera.start();
    return;
  }
  screen.start();
  void way.run();
}

function changed() {
  screen.look();
  way.look();
  if (start.isDue({ inside: call.isInside, picture: screen.hasPicture() }, performance.now())) camera.start();
}

async function stop() {
  await camera.stop();
  await bridge.outbox.isEmpty();
  bridge.finish();
}
