"""On Windows: ``job.py``: starts a program, puts it into the job of this one, says their numbers, and waits."""

import json
import os
import subprocess
import sys
import time

from bridge.recorders.browser.job import ends_with_us

child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
ends_with_us(child.pid)
print(json.dumps([os.getpid(), child.pid]), flush=True)
time.sleep(600)
