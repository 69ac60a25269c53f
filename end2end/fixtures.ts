// The stage of every test: a server (`chat`) and the people who use it (`person`).
//
// Each test has a server of its own, unless CHAT_URL names one that runs (`cargo leptos end-to-end`). Then all
// tests share it, so they look only for what they said themselves, and a test that must end the server, or start
// it with options, is skipped and says so.
import { test as base } from '@playwright/test';

import { Person, type PersonOptions } from './fixtures/person.ts';
import { Server, type ServerOptions } from './fixtures/server.ts';

export { expect } from '@playwright/test';
export { Person } from './fixtures/person.ts';
export { TUTORIAL } from './fixtures/server.ts';

const SHARED = process.env.CHAT_URL?.replace(/\/$/, '');

/** Lines of the server's log that no test may cause. */
const TROUBLE = /^.*(ERROR|panicked at).*$/gm;

interface Stage {
  /** Options of the test's server: `test.use({ options: {…} })`. */
  options: ServerOptions;
  /** The server. */
  chat: Server;
  /** Lets somebody arrive. They leave when the test ends, and tell what their browser complained about. */
  person: (name: string, options?: PersonOptions) => Promise<Person>;
}

export const test = base.extend<Stage>({
  options: [{}, { option: true }],

  chat: async ({ options }, use, testInfo) => {
    testInfo.skip(SHARED !== undefined && Object.keys(options).length > 0, 'needs a server with its own options');
    const server = SHARED ? Server.running(SHARED) : await Server.launch(options);
    await use(server);
    await server.dispose();
    if (testInfo.status !== testInfo.expectedStatus) {
      await testInfo.attach('server log', { body: server.log, contentType: 'text/plain' });
    }
    base.expect.soft(server.log.match(TROUBLE) ?? [], 'what the server was troubled by').toEqual([]);
  },

  person: async ({ browser, chat }, use) => {
    const people: Person[] = [];
    await use(async (name, options = {}) => {
      const somebody = await Person.arrive(browser, name, chat.url, options);
      people.push(somebody);
      return somebody;
    });
    for (const somebody of people) {
      somebody.witness.testify(somebody.name);
      await somebody.leave();
    }
  },
});
