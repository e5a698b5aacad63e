import { LinkBridge } from "../shared/bridge.js";

/**
 * What the bridge says of the room and of what this scene shows.
 *
 * @typedef {object} RoomFacts
 * @property {string} state
 * @property {string} server
 * @property {string} seat whose link it is, "" the room's
 * @property {string} shows a seat, or `seat.screen`
 * @property {{seat: string, title: string, name: string, here: boolean, quality: string}[]} seats
 * @property {number} people
 * @property {boolean} metered
 */

/** @typedef {{inside: boolean, identity: string, picture: boolean, sound: "on" | "blocked" | "off"}} Report */

const MOST_MS = 2000;
const REPORT_MS = 3000;

/** The bridge, as a scene's link knows it. @extends {LinkBridge<RoomFacts, Report>} */
export class Bridge extends LinkBridge {
  /**
   * @param {string} code
   * @param {import("./options.js").Options} options
   * @param {() => void} changed
   */
  constructor(code, { scene, layout, show }, changed) {
    super(code, changed, { hello: { scene, layout, show }, most: MOST_MS, silence: REPORT_MS });
  }
}
