namespace PgOAuth.Enforcement;

/// <summary>What <see cref="StatementKindTable"/> says of a kind of statement (stage 7). <c>default</c> denies.</summary>
/// <param name="Rule">What decides whether it may pass.</param>
/// <param name="Effects">What it leaves behind by itself, where its kind alone tells.</param>
internal readonly record struct StatementKindEntry(KindRule Rule, SessionEffects Effects = SessionEffects.None);
