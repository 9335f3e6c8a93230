"""Page under way."""
from PySide6.QtWidgets import QWidget
class SystemPage(QWidget):
    def __init__(self, context): super().__init__()
