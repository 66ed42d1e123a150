using System.Text;
using PgOAuth.Sql.Lexing;

namespace PgOAuth.Sql.Syntax;

/// <summary>Whether two written types are the same to PostgreSQL's parser, before any catalog is asked.</summary>
internal static class SqlTypeEquality
{
    /// <summary>
    /// Compares what the grammar makes of both: INT and pg_catalog.int4 are equal, INT and int4 are not. Modifiers that are
    /// expressions are compared by their tokens, so that one with additional brackets counts as another.
    /// </summary>
    public static bool AreEqual(ReadOnlySpan<byte> text, SqlToken[] tokens, in SqlNode a, in SqlNode b)
    {
        var left = new TypeReader(text, tokens, a);
        var right = new TypeReader(text, tokens, b);
        if (left.IsSet != right.IsSet || left.WordCount != right.WordCount)
        {
            return false;
        }

        for (var i = 0; i < left.WordCount; i++)
        {
            if (!left.SameWord(right, i))
            {
                return false;
            }
        }

        return left.SameModifiers(right) && left.SameBounds(right);
    }

    // A type's tokens in three parts: name, modifiers (with % TYPE and an interval's fields), array bounds.
    private readonly ref struct TypeReader
    {
        private readonly ReadOnlySpan<byte> _text;
        private readonly SqlToken[] _tokens;
        private readonly SqlNode _type;
        private readonly int _name;
        private readonly bool _isKeyword;
        private readonly int _modifiers;
        private readonly int _bounds;

        public TypeReader(ReadOnlySpan<byte> text, SqlToken[] tokens, in SqlNode type)
        {
            _text = text;
            _tokens = tokens;
            _type = type;
            IsSet = tokens[type.Token].Kind == SqlTokenKind.Setof;
            _name = IsSet ? type.Token + 1 : type.Token;
            _isKeyword = IsTypeKeyword(tokens[_name].Kind) || (tokens[_name].Kind == SqlTokenKind.Double && tokens[_name + 1].Kind == SqlTokenKind.Precision);
            _bounds = FindBounds();
            _modifiers = _name + 1;
            if (_isKeyword)
            {
                // The length of FLOAT has become part of the name; VARYING, PRECISION and the zone are found there as well.
                while (_modifiers < _bounds && tokens[_name].Kind != SqlTokenKind.Interval && tokens[_modifiers].Kind != SqlTokenKind.LeftParen)
                {
                    _modifiers++;
                }

                if (tokens[_name].Kind == SqlTokenKind.Float)
                {
                    _modifiers = _bounds;
                }

                WordCount = 2;
                return;
            }

            WordCount = 1;
            while (_modifiers < _bounds && tokens[_modifiers].Kind == SqlTokenKind.Dot)
            {
                _modifiers += 2;
                WordCount++;
            }
        }

        public bool IsSet { get; }

        public int WordCount { get; }

        public bool SameWord(in TypeReader other, int index)
        {
            if (!_isKeyword && !other._isKeyword)
            {
                return SqlText.SameIdentifier(_text, _tokens[_name + (2 * index)], _tokens[other._name + (2 * index)]);
            }

            // What the grammar makes of a keyword is in pg_catalog.
            if (_isKeyword && other._isKeyword)
            {
                return index == 0 || Keyword == other.Keyword;
            }

            return _isKeyword
                ? other.IsWord(index, index == 0 ? "pg_catalog" : Keyword)
                : IsWord(index, index == 0 ? "pg_catalog" : other.Keyword);
        }

        public bool SameModifiers(in TypeReader other)
        {
            var length = ModifierLength();
            var otherLength = other.ModifierLength();
            if (length != otherLength)
            {
                return (length == 0 && HasImpliedLength && other.IsLengthOne(otherLength)) ||
                    (otherLength == 0 && other.HasImpliedLength && IsLengthOne(length));
            }

            if (length == 0)
            {
                return HasImpliedLength == other.HasImpliedLength;
            }

            for (var i = 0; i < length; i++)
            {
                if (!SameToken(_tokens[_modifiers + i], _tokens[other._modifiers + i]))
                {
                    return false;
                }
            }

            return true;
        }

        public bool SameBounds(in TypeReader other)
        {
            var (p, q) = (_bounds, other._bounds);
            while (p < _type.EndToken && q < other._type.EndToken)
            {
                if (NextBound(ref p) != other.NextBound(ref q))
                {
                    return false;
                }
            }

            return p >= _type.EndToken && q >= other._type.EndToken;
        }

        private string Keyword => SqlTypeNames.LastWord(_text, _tokens, _type);

        private bool IsWord(int index, string word)
        {
            Span<byte> name = stackalloc byte[SqlText.MaxIdentifierBytes + 1];
            return Ascii.Equals(name[..SqlText.WriteIdentifier(_text, _tokens[_name + (2 * index)], name)], word);
        }

        // CHAR and BIT alone have length 1.
        private bool HasImpliedLength => _tokens[_name].Kind switch
        {
            SqlTokenKind.Char or SqlTokenKind.Character or SqlTokenKind.Nchar or SqlTokenKind.Bit => _tokens[_name + 1].Kind != SqlTokenKind.Varying,
            SqlTokenKind.National => _tokens[_name + 2].Kind != SqlTokenKind.Varying,
            _ => false,
        };

        private bool IsLengthOne(int length) =>
            length == 3 && _tokens[_modifiers + 1].Kind == SqlTokenKind.IConst && IntegerValue(_tokens[_modifiers + 1]) == 1;

        // The time zone after TIME(3) is no modifier.
        private int ModifierLength()
        {
            var end = _bounds;
            if (end - 3 >= _modifiers && _tokens[end - 3].Kind is SqlTokenKind.WithLa or SqlTokenKind.WithoutLa)
            {
                end -= 3;
            }

            return end - _modifiers;
        }

        private int FindBounds()
        {
            var end = _type.EndToken;
            while (end - 1 > _name && _tokens[end - 1].Kind == SqlTokenKind.RightBracket)
            {
                end -= _tokens[end - 2].Kind == SqlTokenKind.LeftBracket ? 2 : 3;
            }

            return end - 1 > _name && _tokens[end - 1].Kind == SqlTokenKind.Array ? end - 1 : end;
        }

        private int NextBound(ref int position)
        {
            if (_tokens[position].Kind == SqlTokenKind.Array && (++position >= _type.EndToken || _tokens[position].Kind != SqlTokenKind.LeftBracket))
            {
                return -1;
            }

            position++;
            var bound = -1;
            if (_tokens[position].Kind == SqlTokenKind.IConst)
            {
                bound = IntegerValue(_tokens[position++]);
            }

            position++;
            return bound;
        }

        private bool SameToken(in SqlToken a, in SqlToken b)
        {
            if (a.Kind != b.Kind)
            {
                return false;
            }

            return a.Kind switch
            {
                SqlTokenKind.Ident => SqlText.SameIdentifier(_text, a, b),
                SqlTokenKind.IConst => IntegerValue(a) == IntegerValue(b),
                SqlTokenKind.FConst or SqlTokenKind.SConst or SqlTokenKind.Op or SqlTokenKind.Param =>
                    _text[a.Start..a.End].SequenceEqual(_text[b.Start..b.End]),
                _ => true,
            };
        }

        private int IntegerValue(in SqlToken token) => SqlText.IntegerValue(_text[token.Start..token.End]);
    }

    private static bool IsTypeKeyword(SqlTokenKind kind) => kind is SqlTokenKind.Int or SqlTokenKind.Integer or SqlTokenKind.Smallint or
        SqlTokenKind.Bigint or SqlTokenKind.Real or SqlTokenKind.Boolean or SqlTokenKind.Float or SqlTokenKind.Decimal or SqlTokenKind.Dec or
        SqlTokenKind.Numeric or SqlTokenKind.Bit or SqlTokenKind.National or SqlTokenKind.Character or SqlTokenKind.Char or SqlTokenKind.Nchar or
        SqlTokenKind.Varchar or SqlTokenKind.Timestamp or SqlTokenKind.Time or SqlTokenKind.Interval or SqlTokenKind.Json;
}
