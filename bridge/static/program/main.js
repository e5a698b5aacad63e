import { provideUuid } from "../shared/uuid.js";
import { render } from "../vendor/lit-html/lit-html.js";
import { isBrowserSupported, LivekitError } from "../vendor/livekit-client.js";
import { Page } from "./page.js";
import { view } from "./view.js";

provideUuid();
// What the client leaves uncaught is handled by its events, and its message holds the token.
addEventListener("unhandledrejection", (event) => event.reason instanceof LivekitError && event.preventDefault());

const root = /** @type {HTMLElement} */ (document.getElementById("page"));
if ("RTCPeerConnection" in globalThis && isBrowserSupported()) {
  const page = new Page(location.pathname.split("/").pop() ?? "", () => {
    document.title = `Program · ${page.bridge.room?.name ?? ""}`;
    render(view(page), root);
  });
  root.replaceChildren();
  page.start();
}
