"""Chromium without a window, over a pair of pipes: nothing but the standard library and the browser is needed."""

import base64
import json
import os
import shutil
import subprocess
import tempfile

FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe", "--no-first-run", "--mute-audio")
NAMES = ("chromium", "chromium-browser", "google-chrome")


class Chromium:
    """A browser that is closed at the end of a `with` block."""

    def __enter__(self):
        program = next(filter(None, map(shutil.which, NAMES)), None)
        if program is None:
            raise SystemExit(f"one of {', '.join(NAMES)} must be installed, such as by apt-get install chromium.")
        # The browser reads commands on its descriptor 3 and answers on 4.
        self._folder = tempfile.TemporaryDirectory()
        command_read, self._to = os.pipe()
        self._from, answer_write = os.pipe()
        shell = f'exec "$0" "$@" 3<&{command_read} 4>&{answer_write}'
        arguments = ["bash", "-c", shell, program, *FLAGS, f"--user-data-dir={self._folder.name}", "about:blank"]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self._process = subprocess.Popen(arguments, pass_fds=(command_read, answer_write), **quiet)
        os.close(command_read)
        os.close(answer_write)
        self._rest, self._number, self.events = b"", 0, []
        return self

    def __exit__(self, *error):
        self.call("Browser.close")
        self._process.wait()
        self._folder.cleanup()

    def call(self, method, session=None, **parameters):
        """Send a command and wait for its answer; what the browser says in between is kept in `events`."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        os.write(self._to, json.dumps(message | ({"sessionId": session} if session else {})).encode() + b"\0")
        while (answer := self._read()).get("id") != self._number:
            self.events.append(answer)
        if "error" in answer:
            raise RuntimeError(f"{method}: {answer['error']['message']}")
        return answer["result"]

    def _read(self):
        while b"\0" not in self._rest:
            self._rest += os.read(self._from, 1 << 20)
        text, self._rest = self._rest.split(b"\0", 1)
        return json.loads(text)

    def wait_for(self, method, session):
        """Read until something is said in a session."""
        while not any(each.get("method") == method and each.get("sessionId") == session for each in self.events):
            self.events.append(self._read())


class Tab:
    """A page in a tab without network, at a width, light or dark."""

    def __init__(self, browser, url, *, width=1200, height=900, dark=False, script=True):
        self.browser = browser
        target = browser.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = browser.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")
        offline = {"offline": True, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
        self.call("Network.emulateNetworkConditions", **offline)
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", features=[scheme])
        self.call("Emulation.setScriptExecutionDisabled", value=not script)
        self.call("Page.navigate", url=url)
        browser.wait_for("Page.loadEventFired", self.session)

    def call(self, method, **parameters):
        """Send a command to this tab."""
        return self.browser.call(method, self.session, **parameters)

    def run(self, expression):
        """The value of a script, of a promise what it becomes."""
        answer = self.call("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(answer["exceptionDetails"]["exception"].get("description", "a script failed"))
        return answer["result"].get("value")

    def complaints(self):
        """What the console and the log of the browser say is wrong, and what was asked of the network."""
        mine = [each for each in self.browser.events if each.get("sessionId") == self.session]
        return [found for each in mine if (found := _complaint(each["method"], each["params"]))]

    def picture(self, path, *, full=True):
        """Write what is seen as PNG, of the whole page or of the window."""
        data = self.call("Page.captureScreenshot", captureBeyondViewport=full, **(_clip(self) if full else {}))["data"]
        path.write_bytes(base64.b64decode(data))

    def pdf(self):
        """The page as it is printed on A4."""
        paper = {"paperWidth": 8.27, "paperHeight": 11.69}
        return base64.b64decode(self.call("Page.printToPDF", printBackground=True, **paper)["data"])


def _clip(tab):
    size = tab.call("Page.getLayoutMetrics")["cssContentSize"]
    return {"clip": {"x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1}}


def _complaint(method, told):
    if method == "Runtime.consoleAPICalled" and told["type"] in ("error", "warning"):
        return f"console: {' '.join(str(each.get('value')) for each in told['args'])}"
    if method == "Runtime.exceptionThrown":
        return f"script: {told['exceptionDetails'].get('text')}"
    if method == "Log.entryAdded" and told["entry"]["level"] == "error":
        return f"log: {told['entry']['text']}"
    if method == "Network.requestWillBeSent" and not told["request"]["url"].startswith(("file:", "data:")):
        return f"network: {told['request']['url']}"
    return None
