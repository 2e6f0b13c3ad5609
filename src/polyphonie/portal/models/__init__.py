from .search import SearchEntry, SearchGram, SearchPosting, SearchWord

__all__ = ["SearchEntry", "SearchGram", "SearchPosting", "SearchWord"]
