import json
import os
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest
import rendered_text

AXE = "4.14.1"


@pytest.fixture
def rendered():
    """A render made from YAML text."""
    return rendered_text.rendered


class Browser:
    """A Chromium that opens pages from files and tells what it complained about."""

    def __init__(self, driver, folder):
        self.driver, self.folder = driver, folder

    def open(self, page):
        file = self.folder / "page.html"
        file.write_text(page)
        self.driver.get(file.as_uri())
        self.driver.execute_script("localStorage.clear()")
        self.driver.get(file.as_uri())
        # What is below the fold is laid out at once, so that its text can be read.
        self.run(
            "document.querySelectorAll('section').forEach((s) => s.style.contentVisibility = 'visible')"
        )

    def run(self, script, *arguments):
        return self.driver.execute_script(script, *arguments)

    def press(self, *keys):
        from selenium.webdriver.common.action_chains import ActionChains

        ActionChains(self.driver).send_keys(*keys).perform()

    def visible(self, selector):
        """The texts of the elements that a user sees."""
        script = """return [...document.querySelectorAll(arguments[0])]
            .filter((each) => each.checkVisibility()).map((each) => each.innerText.trim())"""
        return self.run(script, selector)

    def complaints(self):
        return [entry["message"] for entry in self.driver.get_log("browser")]


@pytest.fixture(scope="session")
def chromium():
    binary, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not binary or not driver:
        pytest.skip("there is no chromium with its driver here (Debian: chromium, chromium-driver)")
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = binary
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    started = webdriver.Chrome(options=options, service=webdriver.ChromeService(driver))
    started.set_window_size(1440, 1000)
    yield started
    started.quit()


@pytest.fixture
def browser(chromium, tmp_path):
    opened = Browser(chromium, tmp_path)
    opened.complaints()
    return opened


@pytest.fixture(scope="session")
def axe():
    """The text of axe-core, fetched once into the cache folder of the user."""
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = home / "promoter-tests"
    archive = folder / f"axe-core-{AXE}.tgz"
    if not archive.exists():
        npm = shutil.which("npm")
        if not npm:
            pytest.skip("there is no npm to fetch axe-core with")
        folder.mkdir(parents=True, exist_ok=True)
        command = [npm, "pack", f"axe-core@{AXE}", "--silent", "--pack-destination", str(folder)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        if done.returncode or not archive.exists():
            pytest.skip(f"axe-core could not be fetched: {done.stderr.strip()[-200:]}")
    with tarfile.open(archive) as packed:
        member = packed.extractfile("package/axe.min.js")
        assert member is not None
        return member.read().decode()


@pytest.fixture
def violations(browser, axe):
    """What axe-core finds wrong with the page that is open."""

    def check():
        browser.run(axe)
        script = "const done = arguments[0]; axe.run(document).then((found) => done(JSON.stringify(found)))"
        found = json.loads(browser.driver.execute_async_script(script))
        return [
            f"{each['id']}: {node['html'][:200]} {node['failureSummary']}"
            for each in found["violations"]
            for node in each["nodes"]
        ]

    return check
