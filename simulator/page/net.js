// The simulator's requests under /sim/, and its one stream of events for the whole page.

// Numbers that are no JavaScript numbers (beyond 2^53) stay as they are written.
const exact = (key, value, context) => Number.isInteger(value) && !Number.isSafeInteger(value) && context ? context.source : value;

export async function ask(path, body, method) {
    const options = body ? {headers: {'Content-Type': 'application/json'}, body: JSON.stringify(body)} : {};
    options.method = method || (body ? 'POST' : 'GET');
    const response = await fetch('/sim/' + path, options);
    const answer = JSON.parse(await response.text(), exact);
    if (!answer.ok) throw new Error(answer.error);
    return answer;
}

// The token of what was uploaded, for /sim/send.
export async function upload(file, type) {
    const query = new URLSearchParams({name: file.name, type});
    const headers = {'Content-Type': file.type || 'application/octet-stream'};
    const response = await fetch('/sim/upload?' + query, {method: 'POST', headers, body: file});
    const answer = await response.json();
    if (!answer.ok) throw new Error(answer.error);
    return answer.file;
}

export const fileAddress = fileId => '/sim/file?file_id=' + encodeURIComponent(fileId);

// `handlers`: hello, chat, state, log take an event's data; connected takes whether the stream is there. The browser
// comes again by itself and says which event it saw last.
export function follow(handlers) {
    const source = new EventSource('/sim/events');
    for (const name of ['hello', 'chat', 'state', 'log']) {
        source.addEventListener(name, event => handlers[name](JSON.parse(event.data)));
    }
    source.addEventListener('open', () => handlers.connected(true));
    source.addEventListener('error', () => handlers.connected(false));
}
