// Pictures of the chat for the README, not a test: `cargo xtask build`, then, in this folder,
//
//     SCREENSHOTS=../docs npx playwright test --config screenshots.config.ts
//
// fills a room with a conversation and writes screenshot.png, screenshot-dark.png, screenshot-phone.png and
// screenshot-phone-dark.png into that folder.
import base from './playwright.config.ts';

export default { ...base, testDir: '.', testMatch: 'screenshots.ts', fullyParallel: false, workers: 1 };
