import { LinkBridge } from "../shared/bridge.js";

/**
 * What the bridge says of the room.
 *
 * @typedef {object} RoomFacts
 * @property {string} name
 * @property {string} state
 * @property {string} server
 */

/** @typedef {{inside: boolean, identity: string, mic: boolean, camera: boolean}} Report */

/** The bridge, as the program's link knows it. @extends {LinkBridge<RoomFacts, Report>} */
export class Bridge extends LinkBridge {
  ask() {
    return super.ask("Program");
  }
}
