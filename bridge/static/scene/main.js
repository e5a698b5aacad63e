import { provideUuid } from "../shared/uuid.js";
import { LivekitError } from "../vendor/livekit-client.js";
import { options } from "./options.js";
import { Page } from "./page.js";

provideUuid();
// What the client leaves uncaught is handled by its events, and its message holds the token.
addEventListener("unhandledrejection", (event) => event.reason instanceof LivekitError && event.preventDefault());

new Page(location.pathname.split("/").pop() ?? "", options(location.search)).start();
