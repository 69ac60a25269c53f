// The same life in Chromium, Firefox and WebKit. What an engine lacks is tried where it is lacking.
import { expect, test } from '../fixtures/engines.ts';

test('two people join, write and receive', async ({ guest }) => {
  const [ana, bia] = [await guest(), await guest()];
  await ana.joins('Ana');
  await bia.joins('Bia');
  await ana.says('Oi, Bia');
  await ana.sees('Oi, Bia');
  await bia.sees('Oi, Bia');
  await bia.says('Oi, Ana');
  await ana.sees('Oi, Ana');
});

test('who loses the line writes on, and is back by itself', async ({ guest, link }) => {
  const ana = await guest();
  await ana.joins('Ana');
  await ana.says('com rede');
  await ana.sees('com rede');
  link.cut();
  await ana.says('sem rede');
  await ana.seesWaiting('sem rede');
  link.heal();
  await ana.sees('sem rede');
  expect(await ana.times('sem rede')).toBe(1);
});

test('what waits outlives a reload, and goes out once', async ({ guest, link }) => {
  const ana = await guest();
  await ana.joins('Ana');
  await ana.says('antes');
  await ana.sees('antes');
  link.quiet = true;
  link.hangUp();
  await ana.says('espera por mim');
  await ana.seesWaiting('espera por mim');
  await ana.open();
  await ana.seesWaiting('espera por mim');
  link.quiet = false;
  await ana.sees('espera por mim');
  expect(await ana.times('espera por mim')).toBe(1);
});

test('one goes to another room by keyboard, and writes there at once', async ({ guest }) => {
  const ana = await guest();
  await ana.joins('Ana');
  await ana.says('aqui');
  await ana.sees('aqui');
  await ana.window.press('Control+k');
  await ana.focused('switcher-field');
  await ana.window.type('Cozinha');
  await ana.until(`document.querySelector('[role=option]')?.textContent.includes('Cozinha')`, 'a room to be made');
  await ana.window.press('Enter');
  await ana.until(`document.querySelector('#new-room:popover-open, dialog#new-room[open]')`, 'the dialog');
  await ana.until(`document.querySelector('#new-room-name')?.value === 'Cozinha'`, 'the name that was typed');
  await ana.window.press('Enter');
  await ana.until(`location.pathname !== '/r/lobby'`, 'the new room');
  await ana.focused('text');
  await ana.says('e na cozinha');
  await ana.sees('e na cozinha');
});

test('a menu and a dialog by keyboard', async ({ guest }) => {
  const ana = await guest();
  await ana.joins('Ana');
  await ana.says('apague-me');
  await ana.sees('apague-me');
  await ana.window.run(`document.querySelector('.message-item__more').focus()`);
  await ana.window.press(' ');
  await ana.focused('Copiar');
  await ana.window.press('ArrowDown');
  await ana.focused('Apagar');
  await ana.window.press('ArrowDown');
  await ana.focused('Copiar');
  await ana.window.press('End');
  await ana.focused('Apagar');
  await ana.window.press('Escape');
  await ana.until(`document.activeElement.matches('.message-item__more')`, 'the focus back on the button');
  await ana.window.press(' ');
  await ana.focused('Copiar');
  await ana.window.press('End');
  await ana.window.press(' ');
  await ana.until(`document.querySelector('#question').matches(':modal')`, 'the question, over everything');
  await ana.focused('Cancelar');
  await ana.window.press('Escape');
  await ana.until(`!document.querySelector('#question').open`, 'the question closed');
  expect(await ana.times('apague-me')).toBe(1);
});

test('without script one reads and writes', async ({ guest }) => {
  const [ana, bia] = [await guest({ script: false }), await guest()];
  await bia.joins('Bia');
  await bia.says('lido sem script');
  await bia.sees('lido sem script');
  await ana.open();
  await ana.sees('lido sem script');
  await ana.window.click('#name');
  await ana.window.type('Ana');
  await ana.window.press('Enter');
  await ana.until(`document.querySelector('#text')?.offsetHeight > 0`, 'the composer');
  await ana.window.click('#text');
  await ana.window.type('escrito sem script');
  await ana.window.click('.composer__send');
  await ana.sees('escrito sem script');
  await bia.sees('escrito sem script');
});

test('the page is dark where the device is', async ({ guest }) => {
  const [day, night] = [await guest(), await guest({ dark: true })];
  const light = `(() => {
    const canvas = document.createElement('canvas').getContext('2d');
    canvas.fillStyle = getComputedStyle(document.querySelector('.sheet')).backgroundColor;
    canvas.fillRect(0, 0, 1, 1);
    return canvas.getImageData(0, 0, 1, 1).data[1];
  })()`;
  await day.open();
  await night.open();
  expect(await day.window.run(light)).toBeGreaterThan(200);
  expect(await night.window.run(light)).toBeLessThan(80);
});

test('the composer grows with its text', async ({ guest }) => {
  const ana = await guest();
  await ana.joins('Ana');
  const height = `document.querySelector('#text').offsetHeight`;
  const before = await ana.window.run<number>(height);
  await ana.window.click('#text');
  for (let line = 0; line < 3; line += 1) {
    await ana.window.type('linha');
    await ana.window.press('Shift+Enter');
  }
  await ana.until(`${height} > ${before} + 40`, 'a higher field');
  await ana.window.press('Enter');
  await ana.until(`${height} === ${before}`, 'the field as it was');
});

test('without databases, locks and channels one writes and receives', async ({ guest }) => {
  const [ana, bia] = [await guest({ storage: false }), await guest()];
  await ana.joins('Ana');
  await bia.joins('Bia');
  await ana.says('sem banco');
  await bia.sees('sem banco');
  await bia.says('com banco');
  await ana.sees('com banco');
});

test('without WebAssembly the page says that it does not live, and posts', async ({ guest }) => {
  const ana = await guest({ wasm: false });
  await ana.open();
  await ana.until(`!document.querySelector('#asleep').hidden`, 'that the page does not live');
  await ana.window.click('#name');
  await ana.window.type('Ana');
  await ana.window.press('Enter');
  await ana.until(`document.querySelector('#text')?.offsetHeight > 0`, 'the composer');
  await ana.until(`!document.querySelector('#asleep').hidden`, 'that the page does not live');
  await ana.says('sem WebAssembly');
  await ana.sees('sem WebAssembly');
});

for (const upgrades of ['stripped', 'swallowed'] as const) {
  test(`behind a proxy where upgrades are ${upgrades} the page talks`, async ({ guest, link }) => {
    link.upgrades = upgrades;
    const [ana, bia] = [await guest(), await guest()];
    await ana.joins('Ana');
    await bia.joins('Bia');
    await ana.says('por outro caminho');
    await ana.sees('por outro caminho');
    await bia.sees('por outro caminho');
    await bia.says('também ouço');
    await ana.sees('também ouço');
    // It goes on after the line was lost, and leaves and comes back.
    link.hangUp();
    await ana.says('de novo');
    await bia.sees('de novo');
    await ana.open();
    await ana.sees('também ouço');
    await ana.says('e depois');
    await bia.sees('e depois');
  });
}
