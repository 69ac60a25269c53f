// A page that nobody leaves for days.
import { expect, test } from '../fixtures.ts';

test('a page that stays open asks for its cookie once a day', async ({ person }) => {
  const ana = await person('Ana');
  await ana.page.clock.install();
  await ana.joins();
  const asked = ana.page.waitForRequest((request) => new URL(request.url()).pathname === '/session');
  await ana.page.clock.fastForward('24:30:00');
  const answer = await (await asked).response();
  expect(answer?.status()).toBe(204);
  expect((await answer?.allHeaders())?.['set-cookie']).toMatch(/^cm_sid_\d+=.*Max-Age=1209600$/);
});
