namespace PgOAuth.Enforcement;

/// <summary>What <see cref="EffectRules"/> read in a text (stage 7).</summary>
/// <param name="Effects">What the text can leave behind.</param>
/// <param name="Form">What kind of text it is.</param>
/// <param name="Name">The name in it, where the form has one.</param>
internal readonly record struct StatementReading(SessionEffects Effects, StatementForm Form = StatementForm.Other, string? Name = null);
