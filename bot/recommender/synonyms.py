"""What people call the contract's tables and columns: `recsysops init` guesses from these."""

from __future__ import annotations

from collections.abc import Mapping

TABLE_WORDS: Mapping[str, tuple[str, ...]] = {
    "impressions": ("impression", "exposure", "recommendation", "shown", "served", "slate", "display", "ranking_log"),
    "outcomes": (
        *("outcome", "click", "play", "purchase", "order", "conversion", "interaction", "watch", "rating", "action"),
        *("engagement", "feedback", "event", "stream", "booking", "bought", "sale", "sold", "checkout", "listen"),
    ),
    "items": ("item", "movie", "product", "catalog", "title", "content", "article", "video", "track", "listing"),
    "requests": ("request", "candidate"),
    "features_offline": ("feature",),
    "calls": ("call", "access", "latency", "serving", "request", "api", "gateway"),
    "members": ("member", "user", "customer", "profile", "viewer", "account", "subscriber", "visitor", "reader"),
    "changes": ("change", "deploy", "release", "audit", "config"),
}

TIME = (
    *("ts", "event_time", "timestamp", "event_ts", "event_timestamp", "occurred_at", "logged_at", "served_at"),
    *("shown_at", "displayed_at", "impressed_at", "played_at", "clicked_at", "bought_at", "purchased_at", "ordered_at"),
    *("watched_at", "rated_at", "request_time", "created_at", "time", "datetime", "at", "event_date", "date"),
)
ITEM = (
    *("item_id", "item", "movie_id", "product_id", "asin", "content_id", "title_id", "video_id", "sku", "article_id"),
    *(
        "item_ref",
        "title_ref",
        "product_ref",
        "movie_ref",
        "content_ref",
        "video_ref",
        "track_id",
        "listing_id",
        "show_id",
        "doc_id",
        "movie",
        "product",
        "content",
        "video",
        "article",
        "iid",
        "id",
    ),
)
MEMBER = (
    *("member_id", "user_id", "member", "user", "profile_id", "visitor_id", "visitor", "customer_id", "account_id"),
    *(
        "viewer_id",
        "viewer",
        "member_ref",
        "user_ref",
        "viewer_ref",
        "customer_ref",
        "customer",
        "uid",
        "client_id",
        "reviewer_id",
    ),
)
REQUEST = (
    *("request_id", "request", "req_id", "request_ref", "slate_id", "list_id", "page_view_id", "query_id"),
    *("visit_id", "visit", "session_id", "session_ref", "session", "visit_ref"),
)
MODEL = ("model_version", "model", "model_id", "ranker_version", "ranker", "model_name", "policy", "version")
SCORE = (
    *("score", "prediction", "pred", "p_click", "pctr", "p_ctr", "model_score", "predicted_score", "probability"),
    *("prob", "relevance", "yhat", "p_play", "p_buy"),
)
RANK = ("rank", "served_rank", "model_rank", "position", "slot", "pos")

COLUMN_WORDS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "impressions": {
        "ts": TIME,
        "request_id": REQUEST,
        "member_id": MEMBER,
        "item_id": ITEM,
        "position": ("position", "rank", "slot", "pos", "place", "display_position", "ordinal", "index"),
        "score": SCORE,
        "model_version": MODEL,
    },
    "outcomes": {
        "ts": TIME,
        "member_id": MEMBER,
        "item_id": ITEM,
        "request_id": REQUEST,
        "source": ("source", "channel", "referrer", "origin", "via", "entry_point"),
        "rank": RANK,
    },
    "items": {
        "item_id": ITEM,
        "title": ("title", "name", "item_name", "product_name", "movie_title", "headline", "display_name"),
        "launch_date": (
            *("launch_date", "launched_at", "launch_at", "launch_day", "available_from", "release_date", "released_at"),
            *("published_at", "publish_date", "added_at", "date_added", "start_date", "created_at"),
        ),
    },
    "requests": {
        "ts": TIME,
        "request_id": REQUEST,
        "member_id": MEMBER,
        "item_id": ITEM,
        "score": SCORE,
        "model_version": MODEL,
    },
    "features_offline": {"ts": TIME, "request_id": REQUEST, "item_id": ITEM},
    "calls": {
        "ts": TIME,
        "request_id": REQUEST,
        "latency_ms": (
            "latency_ms",
            "duration_ms",
            "elapsed_ms",
            "response_ms",
            "response_time_ms",
            "took_ms",
            "millis",
        ),
        "error": ("error", "error_code", "error_type", "exception", "failure", "error_message"),
        "fallback": ("fallback", "is_fallback", "used_fallback", "fallback_used", "degraded", "from_cache"),
        "returned": ("returned", "n_items", "num_items", "item_count", "results", "n_results", "result_count"),
    },
    "members": {
        "member_id": (*MEMBER, "id"),
        "joined_at": (
            *("joined_at", "signed_up_at", "signup_at", "signup_date", "registered_at", "registration_date"),
            *("member_since", "customer_since", "first_seen", "first_seen_at", "created_at"),
        ),
    },
    "changes": {
        "ts": TIME,
        "kind": ("kind", "type", "change_type", "category", "event"),
        "subject": ("subject", "target", "component", "service", "what", "name"),
        "words": ("words", "description", "message", "note", "summary", "comment", "title"),
    },
}
# What few installations have: taken where it is found, and not asked for where it is not.
SELDOM_WORDS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "impressions": {
        "arm": ("arm", "variant", "experiment_arm", "ab_variant", "treatment", "bucket", "cell", "test_cell"),
        "chosen": ("chosen", "clicked", "click", "is_click", "played", "purchased", "converted", "label", "reward"),
        "explored": ("explored", "is_explore", "exploration", "is_random", "randomised", "randomized"),
        "propensity": ("propensity", "propensity_score", "pscore", "action_prob", "action_probability"),
        "features_at": ("features_at", "feature_time", "feature_ts", "features_as_of", "feature_timestamp"),
        "index_version": ("index_version", "index_id", "candidate_index", "embedding_version"),
    },
    "items": {
        "language": ("language", "lang", "original_language", "locale"),
        "genre": ("genre", "main_genre", "category", "department", "section", "vertical", "topic"),
        "genres": ("genres", "categories", "tags"),
        "has_artwork": ("has_artwork", "has_image", "has_cover", "has_thumbnail", "has_picture"),
        "has_trailer": ("has_trailer", "has_preview", "has_video"),
        "owner": ("owner", "owned_by", "team"),
        "audience": ("audience",),
    },
    "requests": {
        "rank": ("rank", "model_rank", "served_rank"),
        "position": ("position", "slot", "pos", "display_position"),
        "excluded_reason": ("excluded_reason", "exclusion_reason", "filter_reason", "filtered_by", "filtered_reason"),
        "sampling_weight": ("sampling_weight", "sample_weight", "weight"),
    },
    "calls": {"member_id": MEMBER, "model_version": MODEL, "arm": ("arm", "variant", "treatment")},
}
NO_FEATURES = ("propensity", "reward", "label", "clicked", "click", "chosen", "weight", "sampling_weight", "explored")
